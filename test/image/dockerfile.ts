import { readFileSync } from 'node:fs'

export const ROOT = new URL('../../', import.meta.url).pathname

export interface Instruction {
  /** Number of the stage, from 0. */
  stage: number
  name: string
  rest: string
}

/** The instructions of the Dockerfile, in order: comments away, continued lines joined. */
export function readDockerfile(): readonly Instruction[] {
  const text = readFileSync(`${ROOT}Dockerfile`, 'utf8')
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  let stage = -1
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(' ')
      if (name === 'FROM') stage += 1
      return { stage, name, rest: rest.join(' ') }
    })
}

/** What a COPY takes from the checkout, and where to. Empty for one that copies from a stage. */
export function copiedFrom({ name, rest }: Instruction): { sources: readonly string[]; target: string } {
  if (name !== 'COPY' || rest.includes('--from=')) return { sources: [], target: '' }
  const words = rest.split(' ').filter((word) => !word.startsWith('--'))
  return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
}
