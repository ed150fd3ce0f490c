import { createSecureContext } from 'node:tls';
import { InvalidOptionsError } from '../../../core/index.js';
import { type Certificates, makeCertificates, type TlsIdentity } from './certificates.js';

const rule = 'must be true, false, or { key, cert } in PEM that belong together';

/** What the server shows as its identity; undefined when it does not speak TLS. */
export async function certificatesFor(tls: boolean | TlsIdentity, host: string): Promise<Certificates | undefined> {
  if (tls === false) return undefined;
  if (tls === true) return makeCertificates(host);
  const { key, cert } = tls;
  return { trusted: Buffer.from(cert).toString(), valid: { key, cert }, wrong: undefined };
}

/** Refuses what cannot be an identity; what was given is not told, since a private key may be in it. */
export function checkTls(tls: unknown): void {
  if (typeof tls === 'boolean') return;
  const cause = faultOf(tls);
  if (cause === undefined) return;
  throw new InvalidOptionsError({ decorator: 'startFaultServer', option: 'tls', rule: `${rule}${cause}` });
}

function faultOf(tls: unknown): string | undefined {
  if (typeof tls !== 'object' || tls === null) return '';
  const { key, cert, ...others } = tls as Partial<TlsIdentity>;
  if (!isText(key) || !isText(cert) || Object.keys(others).length > 0) return '';
  try {
    createSecureContext({ key: Buffer.from(key), cert: Buffer.from(cert) });
    return undefined;
  } catch (error) {
    return `: ${(error as Error).message}`;
  }
}

function isText(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}
