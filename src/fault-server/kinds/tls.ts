import { oneOf, optional, options, required } from '../../core/index.js';
import { certificateFailures, handshakeFailures, type TlsFailure } from '../connections/tls/tls-failure.js';
import { bodyOf, headOf } from '../exchange/wire.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';

/** TLS fails; needs a server that speaks it: `startFaultServer({ tls: true })`. */
export interface TlsFault extends FaultTiming {
  readonly kind: 'tls';
  /**
   * What fails. Of the certificate: it has `'expired'`, is `'notYetValid'`, is for the `'wrongHost'`, is `'selfSigned'`, or of an
   * `'unknownIssuer'`; a client that does not mind is served. Of the handshake, after the client has begun it: `'handshakeReset'`,
   * `'handshakeHang'` without an answer, `'handshakeAlert'` (handshake_failure), `'oldProtocol'` (TLS 1.0 and nothing newer), `'notTls'`
   * (an answer in plain HTTP). `'closedAmid'`: an answer without a length ends amid its body and TLS without its close_notify, as when
   * somebody on the way cuts it; this one strikes requests, the others connections.
   */
  readonly failure: TlsFailure | 'closedAmid';
  /**
   * Connections that are open when the fault comes into force: kept, and so untouched by it for as long as clients use them, or reset.
   * @default 'keep'
   */
  readonly existing?: 'keep' | 'reset';
}

/** Fails on the way to, or out of, an encrypted connection. */
export const tlsFault = faultKind({
  kind: 'tls',
  final: true,
  options: options<Partial<TlsFault>>()(
    'fault',
    {
      ...faultTiming,
      kind: required(oneOf('tls')),
      failure: required(oneOf(...certificateFailures, ...handshakeFailures, 'closedAmid')),
      existing: optional(oneOf('keep', 'reset'), 'keep'),
    },
    ({ failure, existing }) =>
      failure === 'closedAmid' && existing === 'reset'
        ? { option: 'existing', rule: "cannot be 'reset' with 'closedAmid', which strikes requests", value: existing }
        : undefined,
  ),
  means: ({ failure, existing }) => (failure === 'closedAmid' ? undefined : { is: 'tls', failure, existing }),
  strike(exchange) {
    exchange.deliverBy(async (wire, answer) => {
      const head = headOf(answer, { 'content-length': undefined, connection: 'close' });
      const body = wire.bodiless ? Buffer.alloc(0) : bodyOf(answer);
      await wire.write(Buffer.concat([Buffer.from(head, 'latin1'), body.subarray(0, body.length / 2)]));
      wire.breakOff();
    });
  },
});
