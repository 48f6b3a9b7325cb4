import { formatTime } from '../../api/format.ts'
import { EXIT, exitCodeOfFault, isUnanswered, type ExitCode } from '../../domain/exit-code.ts'
import type { CliContext } from '../context.ts'
import { reportFault } from '../faults.ts'

/** Top left of an empty screen. What was there before the watch began stays in the scroll: somebody may need it. */
const CLEAR = '\u001b[H\u001b[2J'

/**
 * Looks again and again until the person has seen enough. On a terminal each look takes the place of the one before; elsewhere it follows
 * it where it says something else. What does not answer is told and asked again: what was there last is not shown as if it were so.
 * @returns the code of the last look
 * @throws what no further look would mend
 */
export async function lookAgain(
  context: CliContext,
  milliseconds: number,
  look: (context: CliContext) => Promise<ExitCode>,
): Promise<ExitCode> {
  const end = context.interrupted()
  let code: ExitCode = EXIT.unseen
  let shown: string | undefined
  while (!end.aborted) {
    const seen = await capture(context, look)
    code = seen.code
    if (context.isTerminal)
      context.io.stdout(`${CLEAR}${formatTime(context.now())}  each ${milliseconds / 1_000}s, Ctrl-C ends it\n\n${seen.text}`)
    else if (seen.text !== shown) context.io.stdout(`${shown === undefined ? '' : '\n'}${seen.text}`)
    shown = seen.text
    await context.pause(milliseconds, end)
  }
  return code
}

/** What one look has to say, all of it at once: a screen that is written line by line flickers. */
async function capture(context: CliContext, look: (context: CliContext) => Promise<ExitCode>): Promise<{ code: ExitCode; text: string }> {
  let text = ''
  const write = (words: string): void => void (text += words)
  const inner = { ...context, io: { ...context.io, stdout: write, stderr: write } }
  try {
    return { code: await look(inner), text }
  } catch (fault) {
    if (!isUnanswered(fault)) throw fault
    reportFault(fault, inner.io)
    return { code: exitCodeOfFault(fault), text }
  }
}
