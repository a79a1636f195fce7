# HTTP::Daemon: the status is an HTTP::Response's code and message.
use HTTP::Daemon;
my %statuses = (
    '/custom' => [299, 'Mostly Harmless'], '/empty' => [200, ''], '/unnamed' => [299], '/bare' => [404],
    '/latin1' => [404, "Pas trouv\xe9"], '/999' => [999, 'Request denied'], '/099' => ['099', 'Low'],
    '/padded' => [200, ' Padded '], '/tab' => [200, "Tab\there"], '/escape' => [200, "\e[31mred"],
    '/long' => [500, 'x' x 300], '/dashed' => ['404-Not Found'],
);
my $daemon = HTTP::Daemon->new(LocalAddr => '127.0.0.1', LocalPort => 8080, ReuseAddr => 1, Timeout => 30) or die;
while (my $client = $daemon->accept) {
    $client->timeout(2);
    while (my $request = $client->get_request) {
        my $path = $request->uri->path;
        if    ($path eq '/error')    { $client->send_error(403) }
        elsif ($path eq '/redirect') { $client->send_redirect('http://localhost/') }
        elsif ($path eq '/file')     { $client->send_file_response('/srv/www/page.txt') }
        elsif ($path eq '/basic')    { $client->send_basic_header; $client->print("Content-Length: 0\r\n\r\n") }
        else {
            my $response = HTTP::Response->new(@{ $statuses{$path} || [200, 'OK'] });
            $response->content("perl\n");
            $client->send_response($response);
        }
    }
    $client->close;
}
