import type { Call } from './call.js';
import type { CallOrigin } from './call-view.js';
import { callBehind } from './carried-call.js';
import { surroundingCall } from './current-call.js';
import { linkedCall } from './linked-call.js';

/** A call without a protected method, for those who use an instance by hand: within the call around it, if that can be seen. */
export function callByHand(origin: CallOrigin, signal: AbortSignal | undefined): Call {
  const outer = (signal && callBehind(signal)) ?? surroundingCall();
  return linkedCall(origin, undefined, [], outer, false);
}
