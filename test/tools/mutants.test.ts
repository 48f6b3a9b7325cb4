import { expect, it } from 'vitest'
import { findMutants } from '../../tools/mutants/find.ts'

it('a method whose name every object has is called, and makes no mutant of another one', () => {
  const changes = (source: string): readonly string[] => findMutants('src/domain/x.ts', source).map(({ change }) => change)
  expect(changes('const a = one.toString()\n')).toEqual([])
  expect(changes('const a = some.every(one)\n')).toEqual(['every -> some'])
})
