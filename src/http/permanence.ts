/** Statuses below 500 at which asking again may help. */
const worthAnotherTry: ReadonlySet<number> = new Set([408, 425, 429]);

/** How codes begin that say: certificate, TLS, no HTTP, redirect or URL. These will be as wrong the next time. */
const permanentCodes = [
  ...['CERT_', 'CRL_', 'SELF_SIGNED_', 'DEPTH_ZERO_', 'UNABLE_TO_', 'ERROR_IN_', 'INVALID_CA', 'INVALID_PURPOSE'],
  ...['PATH_LENGTH_', 'HOSTNAME_MISMATCH', 'ERR_TLS_', 'ERR_SSL_', 'EPROTO', 'ERR_FR_', 'ERR_INVALID_'],
  ...['ERR_BAD_REQUEST', 'ERR_BAD_OPTION', 'ERR_NOT_SUPPORT', 'HPE_'],
];

/** What the parser calls an answer that broke off within its head. */
const brokenOff: ReadonlySet<string> = new Set(['HPE_INVALID_EOF_STATE', 'HPE_CLOSED_CONNECTION']);

/** Tells whether a status outside 2xx will be the same when the request is sent again. */
export function isPermanentStatus(status: number): boolean {
  return status === 501 || (status < 500 && !worthAnotherTry.has(status));
}

/** Tells whether what a code stands for will be the same when the request is sent again. */
export function isPermanentCode(code: string): boolean {
  return !brokenOff.has(code) && permanentCodes.some((beginning) => code.startsWith(beginning));
}
