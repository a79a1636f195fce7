# WEBrick: the docroot, and a servlet that sets reason_phrase.
require 'webrick'
STATUSES = {
  'custom' => [299, 'Mostly Harmless'], 'empty' => [200, ''], 'unnamed' => [299], 'latin1' => [404, "Pas trouv\xE9".b],
  'utf8' => [404, 'Не найдено'.b], '999' => [999, 'Request denied'], '099' => [99, 'Low'], 'padded' => [200, ' Padded '],
  'tab' => [200, "Tab\there"], 'escape' => [200, "\e[31mred"], 'long' => [500, 'x' * 300]
}.freeze
server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: 8080, ServerName: 'localhost', DocumentRoot: '/srv/www')
server.mount_proc('/app') do |request, response|
  key = request.path.delete_prefix('/app/')
  raise 'crash' if key == 'crash'

  response.status, phrase = STATUSES.fetch(key, [200])
  response.reason_phrase = phrase if phrase
  response.body = "webrick\n"
end
server.start
