import { KedgeError } from '../../domain/errors.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { CliIo } from '../terminal/io.ts'
import { flagOf, FLAGS, type Answers, type QuestionId } from './flags.ts'
import { faultOf, QUESTIONS, type Question } from './questions.ts'

/** How often one question is asked before nobody is taken to know. */
const MOST_TRIES = 5

/**
 * Answers to every question: what was given by flags, then what the person says, then what is usual. Of one that means nothing beside the
 * others the answer is empty.
 * @param mayAsk false: nobody is asked, as on no terminal
 * @throws KedgeError E_INIT_ANSWER
 */
export async function askAll(given: Partial<Answers>, io: CliIo, mayAsk: boolean): Promise<Answers> {
  const answers = Object.fromEntries(QUESTIONS.map(({ id }) => [id, ''])) as Record<QuestionId, string>
  for (const question of QUESTIONS) answers[question.id] = await answerTo(question, { given: given[question.id], answers, mayAsk }, io)
  return answers
}

async function answerTo(
  question: Question,
  { given, answers, mayAsk }: { given: string | undefined; answers: Answers; mayAsk: boolean },
  io: CliIo,
): Promise<string> {
  const applies = question.applies?.(answers) ?? true
  const usual = applies ? (question.usual?.(answers) ?? '') : ''
  if (given !== undefined || !applies || !mayAsk || !io.ask) return accepted(question, clean(given ?? usual), answers)
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const said = await io.ask(spell(question, usual))
    if (said === undefined) throw new KedgeError('E_INIT_ANSWER', 'the questions were broken off; nothing was written')
    const answer = clean(said === '' ? usual : said)
    const fault = faultOf(question, answer, answers)
    if (fault === undefined) return answer
    io.stderr(`  That ${fault}.\n`)
  }
  throw new KedgeError('E_INIT_ANSWER', `${flagOf(question.id)} was not answered in ${MOST_TRIES} tries; nothing was written`)
}

function accepted(question: Question, answer: string, answers: Answers): string {
  const fault = faultOf(question, answer, answers)
  if (fault === undefined) return answer
  // What looks like a secret is not said again, and neither is what a terminal would act on.
  const said = /secret/.test(fault) || answer === '' ? '' : ` ${JSON.stringify(plainText(answer, 80))}`
  throw new KedgeError('E_INIT_ANSWER', `${flagOf(question.id)}${said} ${fault}`)
}

/** What a person types ends in blanks, and addresses in slashes. */
function clean(text: string): string {
  const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '')
  return /^https?:\/\/[^,]*$/.test(trimmed) ? trimmed.replace(/\/+$/, '') : trimmed
}

function spell({ id, choices }: Question, usual: string): string {
  const words = choices ? ` (${choices.join(', ')})` : ''
  return `${FLAGS[id].asks}${words}${usual === '' ? '' : ` [${usual}]`}: `
}
