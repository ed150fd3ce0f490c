export { type FailureTest, failureTest, isRequestsFault } from './failure-codes.js';
export { type GraphQLAnswer, readGraphQLAnswer } from './graphql-answer.js';
export { GraphQLError, type GraphQLErrorLocation } from './graphql-error.js';
export { GraphQLRequestError } from './graphql-request-error.js';
export { MalformedAnswerError } from './malformed-answer-error.js';
export { retryAfterIn } from './retry-after.js';
export { type SubscriptionEnd, SubscriptionError } from './subscription-error.js';
