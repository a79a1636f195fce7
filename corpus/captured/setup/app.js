// Under node's http module.
const http = require('http');
const crypto = require('crypto');

const statuses = {
  '/custom': [299, 'Mostly Harmless'],
  '/empty': [200, ''],
  '/unnamed': [299],
  '/latin1': [404, 'Pas trouv\xe9'],
  '/utf8': [404, Buffer.from('Не найдено').toString('latin1')],
  '/999': [999, 'Request denied'],
  '/padded': [200, ' Padded '],
  '/tab': [200, 'Tab\there'],
  '/long': [500, 'x'.repeat(300)],
  '/204': [204],
  '/418': [418],
};

const server = http.createServer({ connectionsCheckingInterval: 200 }, (request, response) => {
  const finish = () => {
    const [code, reason] = statuses[request.url] || [200];
    reason === undefined ? response.writeHead(code) : response.writeHead(code, reason);
    response.end(code === 204 ? undefined : 'node\n');
  };
  if (request.url === '/early') response.writeEarlyHints({ link: '</style.css>; rel=preload' });
  if (request.url === '/processing') response.writeProcessing();
  request.resume().on('end', finish);
});
server.on('upgrade', (request, socket) => {
  const key = crypto.createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11');
  const response = new http.ServerResponse(request);
  response.assignSocket(socket);
  response.writeHead(101, { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': key.digest('base64') });
  response.end();
});
server.headersTimeout = 1000;
server.requestTimeout = 1000;
server.listen(8080, '127.0.0.1');
