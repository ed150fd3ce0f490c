import { InvalidOptionsError } from '../../core/index.js';
import type { FaultServerSettings } from '../fault-server-options.js';
import type { ArmedFault } from '../faults/fault-kind.js';
import { isOfCertificate } from './tls/tls-failure.js';

/** What the server, and the way by which it is told, permit of faults that strike connections. */
export interface ConnectionTerms {
  /** Whether it speaks TLS, by certificates that it made or by one's own. */
  readonly tls: 'none' | 'own' | 'made';
  /** Whether such a fault may go on until somebody ends it. */
  readonly endless: boolean;
}

/** What is permitted where nothing else is said: in code, by a server without TLS. */
export const plainTerms: ConnectionTerms = { tls: 'none', endless: true };

/** What is permitted in code, where faults can always be ended. */
export function termsInCode({ tls }: Pick<FaultServerSettings, 'tls'>): ConnectionTerms {
  if (tls === false) return plainTerms;
  return { tls: tls === true ? 'made' : 'own', endless: true };
}

/** What is permitted over HTTP: without a control port, nobody gets in to end a fault that strikes all who try. */
export function termsOverHttp(settings: Pick<FaultServerSettings, 'tls' | 'controlPort'>): ConnectionTerms {
  return { ...termsInCode(settings), endless: settings.controlPort !== undefined };
}

/** Refuses a fault that cannot be as asked for here. */
export function checkTerms(fault: ArmedFault, { tls, endless }: ConnectionTerms): void {
  const { kind, settings } = fault;
  if (kind === 'tls' && tls === 'none')
    refuse('kind', 'needs a server that speaks TLS: startFaultServer({ tls: true })', kind);
  if (fault.strikes === 'request') return;
  const { means } = fault;
  if (settings.route !== '/') {
    refuse('route', 'cannot be given: the fault strikes connections, before a path was asked for', settings.route);
  }
  if (settings.method !== undefined) {
    refuse('method', 'cannot be given: the fault strikes connections, before anything was asked', settings.method);
  }
  if (means.is === 'tls' && tls === 'own' && isOfCertificate(means.failure)) {
    refuse('failure', 'needs certificates that the server makes: startFaultServer({ tls: true })', means.failure);
  }
  if (!endless && settings.duration === undefined && settings.count === undefined) {
    const bounds = means.is === 'refused' ? 'duration' : 'duration or count';
    refuse(bounds, 'must be given: no connection could get in to end the fault, as the server has no controlPort');
  }
}

function refuse(option: string, rule: string, value?: string): never {
  throw new InvalidOptionsError({ decorator: 'fault', option, rule, ...(value === undefined ? undefined : { value }) });
}
