import { contentLengthFault } from '../kinds/content-length.js';
import { dripFault } from '../kinds/drip.js';
import { graphqlErrorsFault } from '../kinds/graphql-errors.js';
import { hangFault } from '../kinds/hang.js';
import { hugeFault } from '../kinds/huge.js';
import { informationalFault } from '../kinds/informational.js';
import { latencyFault } from '../kinds/latency.js';
import { malformedFault } from '../kinds/malformed.js';
import { redirectFault } from '../kinds/redirect.js';
import { refuseFault } from '../kinds/refuse.js';
import { resetFault } from '../kinds/reset.js';
import { statusFault } from '../kinds/status.js';
import { tlsFault } from '../kinds/tls.js';
import { truncateFault } from '../kinds/truncate.js';
import type { FaultKind } from './fault-kind.js';

/** All kinds of faults, by name. */
export const faultKinds = {
  status: statusFault,
  latency: latencyFault,
  reset: resetFault,
  refuse: refuseFault,
  tls: tlsFault,
  hang: hangFault,
  graphqlErrors: graphqlErrorsFault,
  drip: dripFault,
  truncate: truncateFault,
  malformed: malformedFault,
  contentLength: contentLengthFault,
  redirect: redirectFault,
  huge: hugeFault,
  informational: informationalFault,
} satisfies Record<string, FaultKind>;

/** The name of a kind of fault. */
export type FaultName = keyof typeof faultKinds;
