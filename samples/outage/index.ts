import { explain, Runtime } from 'holdfast';
import { RestClient } from 'holdfast/http';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import { Load } from './load.js';
import { PoliciesAtWork } from './policies-at-work.js';
import { printHead, printSecond, printSummary } from './screen.js';
import { callsPerSecond, patience, phases } from './script.js';
import { BareShop, Shop } from './shop.js';
import { Supplier } from './supplier.js';

// Two servers go through the same outage; one is called by a protected client from a container, one by a bare client, at the same pace.
const [supplier, bareSupplier] = await Promise.all([Supplier.start(), Supplier.start()]);
const container = new Container();
await container.load(resilienceModule());
container
  .bind(RestClient)
  .toDynamicValue(() => new RestClient({ name: 'supplier', baseURL: supplier.url }))
  .inSingletonScope();
container
  .bind(Shop)
  .toResolvedValue((rest: RestClient) => new Shop(rest), [RestClient])
  .inSingletonScope();

const runtime = container.get(Runtime);
const shop = container.get(Shop);
const bareClient = new RestClient({ name: 'bare', baseURL: bareSupplier.url });
const [shielded, bare] = [new Load(shop), new Load(new BareShop(bareClient))];
const work = new PoliciesAtWork(runtime);
const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);

console.log(
  `A supplier's outage over ${seconds} seconds: ${callsPerSecond} calls a second, each with ${patience} ms of patience, to a protected and to a bare client.\n`,
);
console.log(explain(shop).find(({ site }) => site === 'Shop.price')?.text, '\n');
printHead();

const seen = Promise.all([supplier.suffer(), bareSupplier.suffer()]);
let second = 0;
const ticking = setInterval(() => printSecond(second++, shielded, bare, work), 1000);
await Promise.all([shielded.run(), bare.run()]);
clearInterval(ticking);

const [ours, theirs] = await seen;
printSummary(shielded.answers, bare.answers);
console.log(`\nThe circuit: ${work.moves.join(' → ') || 'never moved'}`);
console.log(
  `Requests that reached the server: ${ours.requests} protected (${(ours.requests / shielded.calls).toFixed(2)} a call), ${theirs.requests} bare.`,
);

container.get(RestClient).close();
bareClient.close();
await runtime.dispose();
await Promise.all([supplier.stop(), bareSupplier.stop()]);
