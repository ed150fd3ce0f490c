import 'reflect-metadata';

// Standard decorators share one metadata object per class under this symbol, which Node does not have yet;
// what runs before the first decorated class decides, so every door that declares imports this first.
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for('Symbol.metadata');
