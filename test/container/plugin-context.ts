import { Plugin, type PluginContext } from '@inversifyjs/plugin';
import type { Container } from 'inversify';

/** What inversify hands to the plugins of a container. */
export function contextOf(container: Container): PluginContext {
  let context: PluginContext | undefined;
  container.register(
    class extends Plugin<Container> {
      override load(): void {
        context = this._context;
      }
    },
  );
  if (!context) throw new Error('inversify gives its plugins no context: see src/container/attachment-plugin.ts');
  return context;
}
