use Mojolicious::Lite -signatures;
my %statuses = (
    custom => [299, 'Mostly Harmless'], empty => [200, ''], unnamed => [299], latin1 => [404, "Pas trouv\xe9"],
    999 => [999, 'Request denied'], '099' => ['099', 'Low'], padded => [200, ' Padded '], tab => [200, "Tab\there"],
    escape => [200, "\e[31mred"], long => [500, 'x' x 300],
);
app->mode('production');
app->log->level('fatal');
get '/' => { text => "mojo\n" };
get '/crash' => sub ($c) { die "crash\n" };
get '/:key' => [key => [keys %statuses]] => sub ($c) {
    my ($code, $phrase) = @{ $statuses{ $c->param('key') } };
    $c->res->message($phrase) if defined $phrase;
    $c->render(text => "mojo\n", status => $code);
};
websocket '/ws' => sub ($c) { $c->on(message => sub { }) };
app->start('daemon', '-l', 'http://127.0.0.1:8080');
