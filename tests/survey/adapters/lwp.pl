# SPDX-License-Identifier: MIT
# LWP and HTTP::Tiny: lwp.pl lwp|tiny. A URL on each line in, an answer in JSON on each line out.
use strict;
use warnings;
use JSON::PP;
$| = 1;
my $kind = $ARGV[0];
my $get;
if ($kind eq 'lwp') {
  require LWP::UserAgent;
  print "$LWP::UserAgent::VERSION\n";
  $get = sub {
    my $agent = LWP::UserAgent->new(timeout => 5, max_redirect => 0);
    my $r = $agent->get($_[0], Connection => 'close');
    die $r->message if ($r->header('Client-Warning') // '') eq 'Internal response';
    my ($version) = ($r->protocol // '') =~ m{^HTTP/(\d\.\d)$};
    return { code => 0 + $r->code, reason => $r->message, body => $r->content, version => $version };
  };
} else {
  require HTTP::Tiny;
  print "$HTTP::Tiny::VERSION\n";
  $get = sub {
    my $r = HTTP::Tiny->new(timeout => 5, max_redirect => 0, keep_alive => 0)->get($_[0]);
    die $r->{content} if $r->{status} == 599 && $r->{reason} eq 'Internal Exception';
    my ($version) = ($r->{protocol} // '') =~ m{^HTTP/(\d\.\d)$};
    return { code => 0 + $r->{status}, reason => $r->{reason}, body => $r->{content}, version => $version };
  };
}
while (my $url = <STDIN>) {
  chomp $url;
  my $r = eval { $get->($url) };
  my %answer = (outcome => 'refused', error => substr("$@", 0, 200));
  if ($r) {
    %answer = (outcome => 'accepted', code => $r->{code}, body_hex => unpack('H*', $r->{body} // ''));
    $answer{reason_hex} = unpack 'H*', $r->{reason} if defined $r->{reason};
    $answer{version} = $r->{version} if defined $r->{version};
  }
  $answer{error} =~ s/[^ -~]/?/g if $answer{error};
  print encode_json(\%answer), "\n";
}
