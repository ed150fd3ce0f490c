import { systemClock } from '../../core/index.js';
import type { FaultServer, FaultServerLogger } from '../../fault-server/index.js';
import { outliveReaders } from '../outputs.js';
import { type Configuration, configurationFrom } from './configuration.js';
import { loggerFor, openServer } from './open-server.js';
import type { Order, Place, Report } from './runner.js';

/** How long to wait before a port is asked for once more, in milliseconds. */
const pause = 20;

/** Stands by until the process that started this one says when to listen, where, and when to stop. */
class Standby {
  readonly #configuration: Configuration;
  readonly #logger: FaultServerLogger | undefined;
  #server: Promise<FaultServer> | undefined;

  constructor(configuration: Configuration, logger: FaultServerLogger | undefined) {
    this.#configuration = configuration;
    this.#logger = logger;
  }

  async obey(order: Order): Promise<void> {
    if (order.is === 'start') return this.#start(order);
    const drain = order.is === 'cut' ? 0 : this.#configuration.command.shutdownTimeout;
    await (await this.#server)?.close({ drain });
    process.exit(0);
  }

  /** Goes on whatever a signal says. */
  ignore(): undefined {
    return undefined;
  }

  async #start(place: Place): Promise<void> {
    this.#server = this.#open(place);
    const { url, controlUrl, port: taken } = await this.#server;
    report({ is: 'listening', url, controlUrl, port: taken });
  }

  async #open({ port, controlPort, patience }: Place): Promise<FaultServer> {
    const until = systemClock.now() + patience;
    const { server: asked, ...rest } = this.#configuration;
    const server = { ...asked, port, ...(controlPort !== undefined && { controlPort }) };
    for (;;) {
      try {
        return await openServer({ ...rest, server }, this.#logger);
      } catch (error) {
        const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!taken || systemClock.now() >= until) throw error;
        await systemClock.sleep(pause);
      }
    }
  }
}

/** Tells the process that started this one, if it is still there: when it has gone, this one is cut. */
function report(news: Report): void {
  process.send?.(news, undefined, undefined, () => undefined);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

outliveReaders();
try {
  const configuration = configurationFrom({}, process.env);
  const standby = new Standby(configuration, await loggerFor(configuration));
  process.on('message', (order: Order) => void standby.obey(order).catch(fail));
  process.once('disconnect', () => void standby.obey({ is: 'cut' }).catch(fail));
  // a terminal tells the whole group: the one who started this one decides
  process.on('SIGINT', standby.ignore).on('SIGTERM', standby.ignore);
  report({ is: 'loaded' });
} catch (error) {
  fail(error);
}
