import { generate } from 'selfsigned';

/** A key, and a certificate that it signed itself, in PEM: nobody trusts it who was not told to. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Makes one for servers on loopback. */
export async function makeIdentity(): Promise<Identity> {
  const names = [{ name: 'commonName', value: 'localhost' }]; // the package adds 127.0.0.1
  const { private: key, cert } = await generate(names, { keyType: 'ec', algorithm: 'sha256' });
  return { key, cert };
}
