import { isIP } from 'node:net';
import { systemClock } from '../../../core/index.js';
import { loadPackage } from '../../missing-package.js';
import type { CertificateFailure } from './tls-failure.js';

/** A private key and the certificate for it, in PEM. */
export interface TlsIdentity {
  readonly key: string | Uint8Array;
  readonly cert: string | Uint8Array;
}

/** What a server shows to those who ask who it is. */
export interface Certificates {
  /** What a client has to trust, in PEM. */
  readonly trusted: string;
  readonly valid: TlsIdentity;
  /** Those that a client should not accept; undefined where the certificate was not made here. */
  readonly wrong: Readonly<Record<CertificateFailure, TlsIdentity>> | undefined;
}

const day = 86_400_000;
const year = 365 * day;

/** Makes an authority and what it signs for this machine and the host; the keys stay in memory. */
export async function makeCertificates(host: string): Promise<Certificates> {
  const { generate } = await loadPackage('startFaultServer with tls: true', 'selfsigned', () => import('selfsigned'));
  const names = namesOf(host);
  const [authority, stranger] = [
    await makeAuthority(generate, 'Fault server authority'),
    await makeAuthority(generate, 'Authority that nobody knows'),
  ];
  const make = (signed: Signed) =>
    makeIdentity(generate, { names, signer: authority, from: -day, to: year, ...signed });
  return {
    trusted: authority.cert,
    valid: await make({}),
    wrong: {
      expired: await make({ from: -2 * day, to: -day }),
      notYetValid: await make({ from: day, to: 2 * day }),
      wrongHost: await make({ names: [{ type: 2, value: 'elsewhere.invalid' }] }),
      selfSigned: await make({ signer: undefined }),
      unknownIssuer: await make({ signer: stranger }),
    },
  };
}

type Generate = typeof import('selfsigned').generate;
type Options = NonNullable<Parameters<Generate>[1]>;
type Signer = NonNullable<Options['ca']>;
type AltNames = Extract<NonNullable<Options['extensions']>[number], { readonly name: 'subjectAltName' }>['altNames'];

interface Signed {
  readonly names?: AltNames;
  readonly signer?: Signer | undefined;
  /** From when to when it is valid, in milliseconds from now. */
  readonly from?: number;
  readonly to?: number;
}

async function makeAuthority(generate: Generate, value: string): Promise<Signer> {
  const { private: key, cert } = await generate([{ name: 'commonName', value }], {
    ...curve,
    ...validity(-day, year),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key, cert };
}

async function makeIdentity(generate: Generate, { names, signer, from, to }: Required<Signed>): Promise<TlsIdentity> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Fault server' }], {
    ...curve,
    ...validity(from, to),
    ...(signer ? { ca: signer } : undefined),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names },
    ],
  });
  return { key, cert };
}

const curve = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** By the system's wall clock, as clients judge it. */
function validity(from: number, to: number) {
  const now = systemClock.wallNow();
  return { notBeforeDate: new Date(now + from), notAfterDate: new Date(now + to) };
}

function namesOf(host: string): AltNames {
  const names = new Set(['localhost', '127.0.0.1', '::1', host]);
  return [...names].map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }));
}
