import { readFileSync } from 'node:fs'
import type { Fate } from './diary.ts'
import type { Mutant } from './find.ts'

export interface Tried {
  mutant: Mutant
  fate: Fate
}

/** A survivor that was looked at, and why no test can or need notice it. Known by its line's text, wherever that moves. */
export interface Accepted {
  file: string
  text: string
  change: string
  reason: string
}

export function readAccepted(): readonly Accepted[] {
  return JSON.parse(readFileSync(new URL('accepted.json', import.meta.url), 'utf8')) as readonly Accepted[]
}

/** Prints the table and the survivors. @returns the exit code: 1 when one of them is not explained */
export function report(tried: readonly Tried[], accepted: readonly Accepted[]): number {
  const isExplained = ({ file, text, change }: Mutant): boolean =>
    accepted.some((one) => one.file === file && one.text === text && one.change === change)
  const lived = tried.filter(({ fate }) => fate === 'survived' || fate === 'not run')
  const open = lived.filter(({ mutant }) => !isExplained(mutant))
  const count = (file: string | undefined, ...fates: readonly Fate[]): number =>
    tried.filter(({ mutant, fate }) => (file === undefined || mutant.file === file) && fates.includes(fate)).length
  const row = (file: string | undefined): string => {
    const explained = lived.filter(({ mutant }) => (file === undefined || mutant.file === file) && isExplained(mutant)).length
    const figures = [count(file, 'killed'), count(file, 'timed out'), count(file, 'survived', 'not run') - explained, explained]
    return `${figures.map((figure) => String(figure).padStart(9)).join(' ')}  ${file ?? 'all'}`
  }
  console.log('   killed timed out survived explained')
  for (const file of [...new Set(tried.map(({ mutant }) => mutant.file))].toSorted()) console.log(row(file))
  console.log(row(undefined))
  for (const { mutant, fate } of open.toSorted((a, b) => a.mutant.file.localeCompare(b.mutant.file) || a.mutant.line - b.mutant.line)) {
    console.log(`${mutant.file}:${mutant.line}: ${mutant.change}${fate === 'not run' ? '   (no test runs it)' : ''}\n    ${mutant.text}`)
  }
  return open.length > 0 ? 1 : 0
}
