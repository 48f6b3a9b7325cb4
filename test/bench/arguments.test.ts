import { expect, it } from 'vitest'
import { readArguments } from '../../bench/arguments.ts'

const read = (...args: string[]) => readArguments(args, ['health', 'storm'], ['lock'])

it('the names and flags of the bench may come in any order', () => {
  expect(read()).toEqual({ names: [], isCheck: false, isShort: false })
  expect(read('--check', 'storm')).toEqual({ names: ['storm'], isCheck: true, isShort: false })
  expect(read('storm', '--short', 'health')).toEqual({ names: ['storm', 'health'], isCheck: false, isShort: true })
})

it('what is no bench is refused by its name, a flag that there is none of as well', () => {
  expect(read('health', 'helth')).toEqual({ wrong: 'there is no helth; there are health, storm' })
  expect(read('--shirt')).toEqual({ wrong: 'there is no --shirt; there are health, storm' })
})

it('what has a command of its own is known in the short form alone', () => {
  expect(read('lock')).toEqual({ wrong: 'there is no lock; there are health, storm' })
  expect(read('--short', 'lock')).toEqual({ names: ['lock'], isCheck: false, isShort: true })
})

it('a goal cannot be checked by a run that measures nothing', () => {
  expect(read('--short', '--check')).toEqual({ wrong: '--short measures nothing that --check could hold against a goal' })
})
