import { parseAst } from 'vitest/node'
import { mutationsOf, type Edit } from './operators.ts'
import { childrenOf, isType, type Node } from './tree.ts'

/** One small fault that a test should notice. */
export interface Mutant {
  /** From the project's root. */
  file: string
  line: number
  /** The whole line, trimmed: with `change`, what an accepted survivor is known by wherever it moves. */
  text: string
  change: string
  start: number
  end: number
  after: string
}

/** Every mutant of a file, in the order of the text. @throws Error the text is no TypeScript */
export function findMutants(file: string, source: string): readonly Mutant[] {
  const found: Mutant[] = []

  function visit(node: Node): void {
    if (isType(node) || node.type === 'ImportDeclaration') return
    for (const edit of mutationsOf(node, source)) found.push(mutantOf(edit))
    for (const child of childrenOf(node)) visit(child)
  }

  function mutantOf({ start, end, after, shown }: Edit): Mutant {
    const before = source.slice(start, end)
    const lineStart = source.lastIndexOf('\n', start) + 1
    const lineEnd = source.indexOf('\n', start)
    return {
      file,
      line: source.slice(0, start).split('\n').length,
      text: source.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).trim(),
      change: shown ? `${shown.before} -> ${shown.after}` : `${short(before)} -> ${short(after)}`,
      start,
      end,
      after,
    }
  }

  visit(parse(source))
  return found
}

/** The source with this one fault in it. */
export function apply(source: string, { start, end, after }: Pick<Mutant, 'start' | 'end' | 'after'>): string {
  return source.slice(0, start) + after + source.slice(end)
}

/** @throws Error the text is no TypeScript */
export function parse(source: string): Node {
  return parseAst(source, { lang: 'ts' }) as unknown as Node
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line === ';' ? 'nothing' : line.length > 80 ? `${line.slice(0, 79)}…` : line
}
