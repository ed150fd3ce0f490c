import {
  type AxiosRequestConfig,
  type AxiosResponse,
  create,
  getAdapter,
  type InternalAxiosRequestConfig,
} from 'axios';
import type { PhaseLimits } from '../wire.js';
import type { Connections } from './connections.js';
import { isUndici } from './known-adapter.js';
import type { TransportSettings } from './transport-settings.js';

/** What axios is told in each request, and an adapter besides. */
export interface LegConfig extends AxiosRequestConfig {
  readonly phaseLimits?: PhaseLimits;
}

/** Has axios send a request; resolves to its answer, whatever the status. */
export type AskAxios = (config: LegConfig) => Promise<AxiosResponse<unknown>>;

/**
 * By axios's own adapter for Node, without what axios does around it: merging options that never change, and transforming what is bytes already, would
 * cost a good part of a request. Nothing is decompressed, since axios counts only what comes out, and takes what is cut short for whole.
 */
export function askByHttp({ proxy, lookup, family }: TransportSettings, agents: Connections): AskAxios {
  const adapter = getAdapter('http');
  const { httpAgent, httpsAgent } = agents;
  return ({ method, url, headers, data, signal, transport }) =>
    adapter({
      method,
      url,
      headers,
      data,
      signal,
      transport,
      httpAgent,
      httpsAgent,
      proxy,
      lookup,
      family,
      responseType: 'stream',
      maxRedirects: 0,
      maxContentLength: -1,
      maxBodyLength: -1,
      decompress: false,
    } as InternalAxiosRequestConfig); // written out: copying objects of options would cost more than all the rest of it
}

/** Whether bodies come as their Content-Encoding says, and are decompressed here: adapters of others may do it whatever they are told. */
export function handsOverEncoded({ adapter, decompress = true }: TransportSettings): boolean {
  return decompress && (adapter === undefined || isUndici(adapter));
}

/** By another adapter, in all that it may expect of axios. */
export function askByAdapter(settings: TransportSettings): AskAxios {
  const { adapter, proxy, lookup, family } = settings;
  const decompress = settings.decompress !== false && !handsOverEncoded(settings);
  const axios = create({
    ...{ ...(adapter && { adapter }), decompress, maxRedirects: 0 },
    transformRequest: [],
    transformResponse: [],
    validateStatus: () => true,
    ...(proxy !== undefined && { proxy }),
    ...(lookup !== undefined && { lookup }),
    ...(family !== undefined && { family }),
  });
  axios.defaults.headers.common = {}; // what the request does not name is not sent
  return (config) => axios.request(config);
}
