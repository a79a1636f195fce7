# Under the PSGI servers: they take a number and no reason.
my %codes = ('/unnamed' => 299, '/bare' => 404, '/999' => 999, '/204' => 204, '/418' => 418);
sub {
    my ($env) = @_;
    die "crash\n" if $env->{PATH_INFO} eq '/crash';
    my $code = $codes{$env->{PATH_INFO}} || 200;
    return $code == 204 ? [204, [], []] : [$code, ['Content-Type' => 'text/plain'], ["psgi\n"]];
};
