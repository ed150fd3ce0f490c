export type { AnswerRequest } from './answers/answer-request.js';
export type { AnswerFunction, OwnAnswer, OwnAnswers } from './answers/own-answer.js';
export type { ConnectionCounts } from './connections/connections.js';
export type { TlsIdentity } from './connections/tls/certificates.js';
export type { CertificateFailure, HandshakeFailure, TlsFailure } from './connections/tls/tls-failure.js';
export type { Outcome } from './exchange/exchange.js';
export { type CloseOptions, type FaultServer, startFaultServer } from './fault-server.js';
export { type FaultServerOptions, type FaultServerSettings, faultServerSettings } from './fault-server-options.js';
export type { FaultName } from './faults/catalogue.js';
export type { Fault } from './faults/fault.js';
export type { ActiveFault } from './faults/fault-in-force.js';
export type { FaultTiming } from './faults/fault-kind.js';
export type { FaultPhase, FaultScript } from './faults/fault-script.js';
export type { ScriptProgress } from './faults/faults.js';
export type { Journal, JournalEntry, JournalSummary } from './journal/journal.js';
export type { JournalFilter } from './journal/journal-filter.js';
export type { ContentLengthFault } from './kinds/content-length.js';
export type { DripFault } from './kinds/drip.js';
export type { GraphQLErrorsFault, GraphQLFaultError } from './kinds/graphql-errors.js';
export type { HangFault } from './kinds/hang.js';
export type { HugeFault } from './kinds/huge.js';
export type { InformationalFault } from './kinds/informational.js';
export type { LatencyFault } from './kinds/latency.js';
export type { MalformedFault, MalformedPart } from './kinds/malformed.js';
export type { RedirectFault } from './kinds/redirect.js';
export type { RefuseFault } from './kinds/refuse.js';
export type { ResetFault } from './kinds/reset.js';
export type { StatusFault } from './kinds/status.js';
export type { TlsFault } from './kinds/tls.js';
export type { TruncateFault } from './kinds/truncate.js';
export type { Latency } from './latency/latency.js';
export type {
  ExponentialLatency,
  FixedLatency,
  LatencyBounds,
  LatencyDistribution,
  LognormalLatency,
  NormalLatency,
  ParetoLatency,
  UniformLatency,
} from './latency/latency-distribution.js';
export type { OAuthOptions } from './oauth/oauth-options.js';
export type { TokensFor, TokensGiven } from './oauth/tokens-given.js';
export type { FaultServerStats } from './watching/counters.js';
export type { FaultServerLogger, LogFormat, LogLevel, LogLine, LogOptions } from './watching/log-options.js';
export { stderrLogger } from './watching/stderr-logger.js';
