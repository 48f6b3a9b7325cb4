import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ROOT } from '../../../tools/mutants/bench.ts'
import { packed, read, write, type Line } from '../../../tools/mutants/diary.ts'
import { judgesOf } from '../../../tools/mutants/judges.ts'

const EVERY = new Uint8Array(8).fill(1)

function judges(source: string, files: Readonly<Record<string, number>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'kedge-diary-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const lines = Object.entries(files).map(([name, ms]): Line => {
    const file = join(ROOT, 'test', name)
    return { test: name, file, name, ms, reached: packed(EVERY) }
  })
  write(join(folder, 'diary'), ...lines)
  return judgesOf(read(join(folder, 'diary')), 1, source)
}

it('a fault is judged by tests of its own file, then of its name, beside it and below it, each from the shortest', () => {
  const files = {
    'http/a.test.ts': 1,
    'domain/words/a.test.ts': 2,
    'domain/words/b.test.ts': 3,
    'domain/errors.test.ts': 40,
    'domain/file-errors-bounds.test.ts': 90,
    'domain/glob.test.ts': 50,
    'domain/file-errors.test.ts': 400,
  }
  expect(judges('src/domain/file-errors.ts', files)).toEqual([
    'test/domain/file-errors.test.ts',
    'test/domain/file-errors-bounds.test.ts',
    'test/domain/errors.test.ts',
    'test/domain/glob.test.ts',
  ])
  const fewer = Object.fromEntries(Object.entries(files).filter(([name]) => !/\/(file-)?errors\.test/.test(name)))
  expect(judges('src/domain/file-errors.ts', fewer)).toEqual([
    'test/domain/file-errors-bounds.test.ts',
    'test/domain/glob.test.ts',
    'test/domain/words/a.test.ts',
    'test/domain/words/b.test.ts',
  ])
})

it('a file that takes long judges only where no other reaches the fault', () => {
  expect(judges('src/domain/a.ts', { 'domain/a.test.ts': 6_000, 'http/b.test.ts': 10 })).toEqual(['test/http/b.test.ts'])
  expect(judges('src/domain/a.ts', { 'domain/a.test.ts': 6_000 })).toEqual(['test/domain/a.test.ts'])
})
