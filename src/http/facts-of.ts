import type { RequestFacts } from './errors/index.js';
import { OutgoingRequest, type RequestParts } from './outgoing-request.js';

/** A request as one who works for it sees it: its facts are made when they are asked for, which is seldom. */
export class FactsOf implements RequestFacts {
  protected readonly request: OutgoingRequest;
  protected readonly parts: RequestParts;

  constructor(request: OutgoingRequest) {
    this.request = request;
    this.parts = OutgoingRequest.partsOf(request);
  }

  get service(): string {
    return this.parts.client.name;
  }

  get method(): string {
    return this.parts.method;
  }

  get url(): string {
    return this.request.url;
  }

  get endpoint(): string {
    return this.parts.endpoint;
  }

  get requestId(): string | undefined {
    return this.request.requestId;
  }

  get attempt(): number {
    return this.parts.course.attempt;
  }

  get maxAttempts(): number {
    return this.parts.course.maxAttempts;
  }

  get duration(): number {
    return this.parts.course.duration;
  }

  get timestamp(): number {
    return this.request.timestamp;
  }

  get target(): URL {
    return this.parts.target;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.parts.headers;
  }

  get streaming(): boolean {
    return this.parts.streaming;
  }
}
