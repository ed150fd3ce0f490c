export type { Reconnection } from './resubscription.js';
export { GraphQLSubscription } from './subscription.js';
export { type SubscribeChoices, Subscriptions } from './subscriptions.js';
