import { Runtime } from './runtime.js';

let standard: Runtime | undefined;

/** The runtime of plain `new` and of functions: made when first asked for. */
export function defaultRuntime(): Runtime {
  return standard ?? makeDefault();
}

function makeDefault(): Runtime {
  standard = new Runtime();
  return standard;
}

/** Sets the runtime of plain `new`: calls made from now on use it. Undefined: a new one is made when next asked for. */
export function setDefaultRuntime(runtime: Runtime | undefined): void {
  standard = runtime;
}
