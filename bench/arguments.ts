/** What `npm run bench` was asked for. */
export interface Asked {
  /** None: all. */
  names: readonly string[]
  /** Whether a goal that is missed is a failure. */
  isCheck: boolean
  /** Whether each only has to run, see {@link runShort}. */
  isShort: boolean
}

/** @param all the names that there are @param shortOnly and with `--short` @returns what was asked for, or what is wrong with it */
export function readArguments(args: readonly string[], all: readonly string[], shortOnly: readonly string[]): Asked | { wrong: string } {
  const flags = ['--check', '--short']
  const names = args.filter((arg) => !flags.includes(arg))
  const [isCheck, isShort] = flags.map((flag) => args.includes(flag)) as [boolean, boolean]
  const known = isShort ? [...all, ...shortOnly] : all
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) return { wrong: `there is no ${unknown}; there are ${known.join(', ')}` }
  if (isCheck && isShort) return { wrong: '--short measures nothing that --check could hold against a goal' }
  return { names, isCheck, isShort }
}
