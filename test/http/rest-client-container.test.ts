import { Container } from 'inversify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resilienceModule } from '../../src/container/index.js';
import { RestClient } from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { type Origin, startOrigin } from './origin.js';

let origin: Origin;
beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(() => origin[Symbol.asyncDispose]());

it('a client that a container makes works in the runtime of the container, also when it is used outside of any call', async () => {
  const container = new Container();
  container.load(resilienceModule());
  container
    .bind(RestClient)
    .toDynamicValue(() => new RestClient({ name: 'shop', baseURL: origin.url }))
    .inSingletonScope();
  const client = container.get(RestClient);
  await client.get('/');
  client.close();

  const runtime = container.get(Runtime);
  expect([...runtime.methods()].map(({ site }) => site)).toEqual(['shop']);
  expect(runtime.circuits.find('http:shop')).toBeDefined();
});
