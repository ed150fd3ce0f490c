// Whether the server of this container lives: ends with 0 or 1, for HEALTHCHECK.
const { SERVER_PORT, SERVER_CONTROL_PORT, SERVER_TLS = '' } = process.env;
const secure = !SERVER_CONTROL_PORT && /^(?:true|1|yes|on)$/i.test(SERVER_TLS); // a control port speaks plain HTTP
const { get } = await import(secure ? 'node:https' : 'node:http');

const port = SERVER_CONTROL_PORT || SERVER_PORT;
const asked = get({ host: '127.0.0.1', port, path: '/health/live', rejectUnauthorized: false });
asked.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
asked.on('error', () => process.exit(1));
