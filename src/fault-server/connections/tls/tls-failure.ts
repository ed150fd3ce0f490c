/** The ways in which the certificate of a server can be wrong. */
export const certificateFailures = ['expired', 'notYetValid', 'wrongHost', 'selfSigned', 'unknownIssuer'] as const;

/** The ways in which a handshake can fail before a certificate was shown. */
export const handshakeFailures = [
  'handshakeReset',
  'handshakeHang',
  'handshakeAlert',
  'oldProtocol',
  'notTls',
] as const;

/** A certificate that a client should not accept. */
export type CertificateFailure = (typeof certificateFailures)[number];

/** A handshake that fails by itself. */
export type HandshakeFailure = (typeof handshakeFailures)[number];

/** What goes wrong with TLS on a connection. */
export type TlsFailure = CertificateFailure | HandshakeFailure;

/** Tells whether a failure is one of the certificate. */
export function isOfCertificate(failure: TlsFailure): failure is CertificateFailure {
  return (certificateFailures as readonly string[]).includes(failure);
}
