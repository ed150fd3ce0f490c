declare module '../core/events.js' {
  interface Events {
    /** A class used the default runtime although a container has another; told once per class. */
    'runtime.defaulted': { readonly site: string; readonly className: string };
    /** Two classes have the same name: the second one's site carries a number. */
    'runtime.renamed': { readonly site: string; readonly taken: string };
    'runtime.disposed': { readonly site: string };
  }
}
