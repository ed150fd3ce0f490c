import { DefaultSerializer, Deserializer } from 'node:v8';

/** How views are told apart in the bytes: by their place in this list, so that it may grow, but never change. */
const views = [
  'Buffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
] as const;

type ViewName = (typeof views)[number];

/** By their names: which of them there are depends on the version of Node. */
const viewClasses = globalThis as unknown as Partial<Record<ViewName, new (buffer: ArrayBuffer) => ArrayBufferView>>;

/** Writes values in V8's own format; of a view it writes the bytes that it shows. */
export class CloneWriter extends DefaultSerializer {
  /** Node calls it, by this name, for what V8 leaves to the embedder: views, and what cannot be cloned. */
  _writeHostObject(view: NodeJS.ArrayBufferView): void {
    if (!ArrayBuffer.isView(view)) throw new TypeError(`${Object.prototype.toString.call(view)} cannot be cloned`);
    this.writeUint32(views.indexOf(nameOf(view)));
    this.writeUint32(view.byteLength);
    this.writeRawBytes(view);
  }
}

/** Reads what a `CloneWriter` wrote. What it gives has memory of its own, whatever becomes of the bytes. */
export class CloneReader extends Deserializer {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#bytes = bytes;
  }

  /** Where it stands among the bytes. */
  get position(): number {
    return this.readRawBytes(0).byteOffset - this.#bytes.byteOffset;
  }

  /** Node calls it, by this name, for every view. */
  _readHostObject(): object {
    const name = views[this.readUint32()];
    const { buffer } = new Uint8Array(this.readRawBytes(this.readUint32()));
    if (name === 'Buffer') return Buffer.from(buffer);
    const View = name && viewClasses[name];
    if (!View) throw new TypeError(`this version of Node has no ${name ?? 'such view'}`);
    return new View(buffer);
  }
}

function nameOf(view: NodeJS.ArrayBufferView): ViewName {
  if (Buffer.isBuffer(view)) return 'Buffer';
  return view[Symbol.toStringTag] as ViewName; // its class could be spoofed, this cannot
}
