import { Refusal } from '../../../src/reconcile/git-facts/question/refusal.ts'

/** What came of it, or the refusal with its words and with what it knows all the same. */
export async function outcome<Value>(work: Promise<Value>): Promise<Value | readonly unknown[]> {
  return work.catch((error: unknown) => {
    if (error instanceof Refusal) return [error.check, error.message, error.found]
    throw error
  })
}
