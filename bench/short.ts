/** What ran: how many rows it has made, or why it cannot run on this machine. */
type Ran = { rows: number } | { leftOut: string }

/** Runs a bench in its short form: all of its code, with so little to do that its figures mean nothing. */
type RunShort = () => Promise<Ran>

type Print = (line: string) => void

/** Runs one, and prints one line about it. @returns the exit code: 1 where it threw or made no row */
export async function runShort(name: string, run: RunShort, print: Print): Promise<0 | 1> {
  const began = performance.now()
  try {
    const ran = await run()
    if ('leftOut' in ran) print(`${name} left out: ${ran.leftOut}`)
    else if (ran.rows === 0) throw new Error('it has made no row')
    else print(`${name} ran, ${ran.rows} ${ran.rows === 1 ? 'row' : 'rows'}, ${((performance.now() - began) / 1_000).toFixed(1)} s`)
    return 0
  } catch (fault) {
    print(`${name} FAILED: ${fault instanceof Error ? fault.stack : String(fault)}`)
    return 1
  }
}

/** Each waits for its services more than it computes. */
const AT_ONCE = 4

/**
 * Runs many, some of them at once, and the rest as well where one fails.
 * @param start runs one in a process of its own, which prints its line. @returns its exit code, or the signal that has ended it
 * @returns the exit code: 1 where one has failed
 */
export async function runEachShort(
  names: readonly string[],
  start: (name: string) => Promise<number | string>,
  print: Print,
): Promise<0 | 1> {
  const waiting = [...names]
  let code: 0 | 1 = 0
  async function work(): Promise<void> {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const ended = await start(name)
      if (ended !== 0) code = 1
      if (ended !== 0 && ended !== 1) print(`${name} FAILED: its process has ended with ${ended}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return code
}
