import { posix } from 'node:path';
import ts from 'typescript';

/** What the rules need to know about one source file. */
export interface Module {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly exportsDefault: boolean;
  /** Only `export … from` and imports for their side effect. */
  readonly onlyReexports: boolean;
  /** The sources of time, chance and output that it names, such as `setTimeout` or `Math.random`. */
  readonly world: readonly string[];
}

export interface Import {
  /** A path from the project's root, or a package's name as it is written. */
  readonly to: string;
  /** Erased by the compiler, so it loads nothing. */
  readonly typeOnly: boolean;
  /** Loaded when somebody first needs it: `import()`. */
  readonly later?: boolean;
}

const worldlyNames = new Set(['setTimeout', 'setInterval', 'setImmediate', 'performance', 'console', 'process']);
const worldlyMembers = new Set(['Date.now', 'Math.random', 'AbortSignal.timeout', 'crypto.randomUUID']);

/** Reads a file with the compiler's own parser; `declare module '…'` augmentations are no imports. */
export function readModule(path: string, text: string): Module {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const nodes = allNodes(source);
  return {
    path,
    lines: text.replace(/\n$/, '').split('\n').length,
    imports: nodes.flatMap(importsOf).map(({ to, ...how }) => ({ to: resolved(path, to), ...how })),
    exportsDefault: nodes.some(isDefaultExport),
    onlyReexports: source.statements.every(isReexport),
    world: [...new Set(nodes.flatMap(worldlyUse))],
  };
}

function allNodes(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return [node, ...children.flatMap(allNodes)];
}

function importsOf(node: ts.Node): Import[] {
  if (ts.isImportDeclaration(node)) return [{ to: textOf(node.moduleSpecifier), typeOnly: isTypeOnly(node) }];
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return [{ to: textOf(node.moduleSpecifier), typeOnly: node.isTypeOnly }];
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return [{ to: textOf(node.argument.literal), typeOnly: true }];
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return [{ to: textOf(node.moduleReference.expression), typeOnly: node.isTypeOnly }];
  }
  if (ts.isCallExpression(node) && loads(node)) {
    const later = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    return [{ to: textOf(node.arguments[0]), typeOnly: false, later }];
  }
  return [];
}

function isTypeOnly(node: ts.ImportDeclaration): boolean {
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function loads(call: ts.CallExpression): boolean {
  const { expression } = call;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')
  );
}

/** A computed specifier is shown as it stands, and no rule allows it. */
function textOf(node: ts.Node | undefined): string {
  if (!node) return '(nothing)';
  return ts.isStringLiteralLike(node) ? node.text : `(${node.getText()})`;
}

function resolved(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent);
}

function isReexport(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return statement.moduleSpecifier !== undefined;
  return ts.isImportDeclaration(statement) && statement.importClause === undefined;
}

function worldlyUse(node: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText().replace(/^globalThis\./, '');
    return worldlyMembers.has(name) || (name !== node.getText() && worldlyNames.has(name)) ? [name] : [];
  }
  if (ts.isNewExpression(node)) return node.getText().match(/^new Date(?:\(\s*\))?$/) ? ['new Date()'] : [];
  return ts.isIdentifier(node) && worldlyNames.has(node.text) && isReference(node) ? [node.text] : [];
}

/** A reference to a value: not a member's name, a type or a label. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isTypeNode(parent)) return false;
  return !('name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent));
}
