/** A package that only some need is not installed. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError';
  readonly code = 'ERR_MODULE_NOT_FOUND';

  constructor(taker: string, missing: string, cause: unknown) {
    super(`${taker} needs the package ${missing}: npm install ${missing}`, { cause });
  }
}

/** Loads a package that whoever installs this one need not have; when it is missing, the error says who needs it and how to get it. */
export async function loadPackage<T>(taker: string, name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw isMissing(error, name) ? new MissingPackageError(taker, name, error) : error;
  }
}

/** Something that this package needs in its turn may be missing as well: that is another matter. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes(`'${name}'`);
}
