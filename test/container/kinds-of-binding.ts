import type { Container, Factory } from 'inversify';
import { Probe } from './probe.js';

/** Binds a service in its own way, and resolves it. */
export type BindAndGet = (container: Container) => Probe | Promise<Probe>;

class Unannotated extends Probe {}

class Overriding extends Probe {
  override async call(): Promise<string> {
    return `${await super.call()}!`;
  }
}

class Frozen extends Probe {
  constructor() {
    super();
    Object.freeze(this);
  }
}

class Holder {
  readonly probe: Probe;

  constructor(probe: Probe) {
    this.probe = probe;
  }
}

const kinds: Record<string, BindAndGet> = {
  'a class': (container) => {
    container.bind(Probe).toSelf();
    return container.get(Probe);
  },
  'a class in singleton scope': (container) => {
    container.bind(Probe).toSelf().inSingletonScope();
    return container.get(Probe);
  },
  'a class in request scope': (container) => {
    container.bind(Probe).toSelf().inRequestScope();
    return container.get(Probe);
  },
  'a class bound to a symbol': (container) => {
    const id = Symbol('probe');
    container.bind<Probe>(id).to(Probe);
    return container.get<Probe>(id);
  },
  'a dynamic value': (container) => {
    container.bind(Probe).toDynamicValue(() => new Probe());
    return container.get(Probe);
  },
  'a dynamic value in singleton scope': (container) => {
    container
      .bind(Probe)
      .toDynamicValue(() => new Probe())
      .inSingletonScope();
    return container.get(Probe);
  },
  'a resolved value': (container) => {
    container.bind(Probe).toResolvedValue(() => new Probe());
    return container.get(Probe);
  },
  'a constant value': (container) => {
    container.bind(Probe).toConstantValue(new Probe());
    return container.get(Probe);
  },
  'an asynchronous dynamic value': (container) => {
    container
      .bind(Probe)
      .toDynamicValue(async () => new Probe())
      .inSingletonScope();
    return container.getAsync(Probe);
  },
  'an asynchronous resolved value': (container) => {
    container.bind(Probe).toResolvedValue(async () => new Probe());
    return container.getAsync(Probe);
  },
  'what a factory gets from the container': (container) => {
    container.bind(Probe).toSelf();
    container.bind<Factory<Probe>>('factory').toFactory((context) => () => context.get(Probe));
    return container.get<Factory<Probe>>('factory')();
  },
  'an alias': (container) => {
    container.bind(Probe).toSelf();
    container.bind<Probe>('alias').toService(Probe);
    return container.get<Probe>('alias');
  },
  'an alias of an alias': (container) => {
    container.bind(Probe).toSelf();
    container.bind<Probe>('alias').toService(Probe);
    container.bind<Probe>('alias of the alias').toService('alias');
    return container.get<Probe>('alias of the alias');
  },
  'a named service': (container) => {
    container.bind(Probe).toSelf().whenNamed('north');
    return container.get(Probe, { name: 'north' });
  },
  'a tagged service': (container) => {
    container.bind(Probe).toSelf().whenTagged('zone', 'north');
    return container.get(Probe, { tag: { key: 'zone', value: 'north' } });
  },
  'an optional service': (container) => {
    container.bind(Probe).toSelf();
    return container.get(Probe, { optional: true }) as Probe;
  },
  'one of several services': (container) => {
    container.bind(Probe).toSelf();
    container.bind(Probe).toConstantValue(new Probe());
    return container.getAll(Probe)[1] as Probe;
  },
  'one of several asynchronous services': async (container) => {
    container.bind(Probe).toSelf();
    container.bind(Probe).toDynamicValue(async () => new Probe());
    return (await container.getAllAsync(Probe))[1] as Probe;
  },
  'an unbound class that the container binds by itself': (container) => container.get(Probe, { autobind: true }),
  'what another service holds': (container) => {
    container.bind(Probe).toSelf();
    container.bind(Holder).toResolvedValue((probe: Probe) => new Holder(probe), [Probe]);
    return container.get(Holder).probe;
  },
  'what a service holds that was rebound after it had been resolved': (container) => {
    container.bind(Probe).toSelf();
    container.bind(Holder).toResolvedValue(() => new Holder(new Probe()));
    container.get(Holder);
    container.rebind(Holder).toResolvedValue((probe: Probe) => new Holder(probe), [Probe]);
    return container.get(Holder).probe;
  },
  'what a service holds that was bound beside one that had been resolved': (container) => {
    container.bind(Probe).toSelf();
    container.bind(Holder).toResolvedValue(() => new Holder(new Probe()));
    container.getAll(Holder);
    container.bind(Holder).toResolvedValue((probe: Probe) => new Holder(probe), [Probe]);
    return (container.getAll(Holder)[1] as Holder).probe;
  },
  'an instance of a subclass without annotations': (container) => {
    container.bind(Probe).to(Unannotated);
    return container.get(Probe);
  },
  'an instance of a subclass that overrides the method': (container) => {
    container.bind(Probe).to(Overriding);
    return container.get(Probe);
  },
  'a frozen instance': (container) => {
    container.bind(Probe).to(Frozen);
    return container.get(Probe);
  },
  'what an activation puts in the place of a service': (container) => {
    container.bind(Probe).toSelf();
    container.onActivation(Probe, () => new Probe());
    return container.get(Probe);
  },
  'what an asynchronous activation puts in the place of a service': (container) => {
    container.bind(Probe).toSelf();
    container.onActivation(Probe, async () => new Probe());
    return container.getAsync(Probe);
  },
  'what the activation of a binding puts in the place of a service': (container) => {
    container
      .bind(Probe)
      .toSelf()
      .onActivation(() => new Probe());
    return container.get(Probe);
  },
  'a service resolved after a restore': (container) => {
    container.bind(Probe).toSelf();
    container.snapshot();
    container.get(Probe);
    container.restore();
    return container.get(Probe);
  },
};

/** Every way in which a container comes to hand out a service. */
export const kindsOfBinding = Object.entries(kinds);
