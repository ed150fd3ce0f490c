import { setTimeout as wait } from 'node:timers/promises';
import { explain, Runtime } from 'holdfast';
import { RestClient } from 'holdfast/http';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import { Load } from './load.js';
import { PoliciesAtWork } from './policies-at-work.js';
import { printCost, printHead, printSecond, printSummary, printWork } from './screen.js';
import { callsPerSecond, duration, patience } from './script.js';
import { BareShop, Shop } from './shop.js';
import { Supplier } from './supplier.js';

// What protects is in the classes, and in one of them nothing does: the clients only send.
const bare = { retry: false, circuitBreaker: false, pool: { size: Number.POSITIVE_INFINITY } } as const;

// Two suppliers go through the same outage. A protected client from a container calls one, a bare client the other, at the same pace.
const [supplier, bareSupplier] = await Promise.all([Supplier.start(), Supplier.start()]);
const container = new Container();
container.load(resilienceModule());
container
  .bind(RestClient)
  .toDynamicValue(() => new RestClient({ name: 'supplier', baseURL: supplier.url, ...bare }))
  .inSingletonScope();
container
  .bind(Shop)
  .toResolvedValue((rest: RestClient) => new Shop(rest), [RestClient])
  .inSingletonScope();

const runtime = container.get(Runtime);
const shop = container.get(Shop);
const bareClient = new RestClient({ name: 'bare', baseURL: bareSupplier.url, ...bare });

console.log(`A supplier fails for ${duration} seconds. Two clients send it the same ${callsPerSecond} calls a second,`);
console.log(
  `each call with ${patience} ms of patience: one protected, one bare. A protected method, outermost first:\n`,
);
console.log(`${explain(shop).find(({ site }) => site === 'Shop.price')?.text}\n`);
printHead();

const [protectedLoad, bareLoad] = [new Load(shop), new Load(new BareShop(bareClient))];
const policies = new PoliciesAtWork(runtime);
const circuit = runtime.circuits.get('supplier');
const seen = Promise.all([supplier.suffer(), bareSupplier.suffer()]);
await Promise.all([protectedLoad.run(), bareLoad.run(), printSeconds()]);
const [ours, theirs] = await seen;

printSummary(protectedLoad, bareLoad);
printWork(policies.total, policies.openings);
console.log('Requests that reached the supplier:');
printCost('protected', protectedLoad, ours.requests);
printCost('bare', bareLoad, theirs.requests);

container.get(RestClient).close();
bareClient.close();
await runtime.dispose();
await Promise.all([supplier.stop(), bareSupplier.stop()]);

/** Prints a line at the end of each second, however late the one before was. */
async function printSeconds(): Promise<void> {
  const startedAt = performance.now();
  for (let second = 0; second < duration; second++) {
    await wait(Math.max(0, startedAt + (second + 1) * 1000 - performance.now()));
    printSecond({ number: second, work: policies.look(), circuit: circuit.state }, protectedLoad, bareLoad);
  }
}
