import { axiosWithDecorators } from './clients/axios-with-decorators.js';
import { axiosWithPeers } from './clients/axios-with-peers.js';
import { bareAxios } from './clients/bare-axios.js';
import { got } from './clients/got.js';
import { restClients } from './clients/rest-clients.js';
import { undici } from './clients/undici.js';
import type { HttpSubject } from './http-subject.js';

/** Everybody, bare axios first. */
export const subjects: readonly HttpSubject[] = [
  ...bareAxios,
  ...axiosWithPeers,
  got,
  undici,
  axiosWithDecorators,
  ...restClients,
];
