import { KedgeError } from '../domain/errors.ts'
import { exitCodeOf, isUnanswered, type ExitCode } from '../domain/exit-code.ts'
import { plainText } from '../domain/words/plain-text.ts'

export type Level = 'ok' | 'warn' | 'fail'

/** One line of the doctor: what was looked at, how it is, what that means and what to do. */
export interface Finding {
  /** `cluster east`, `Rollout shop/checkout`, `repository git.example/acme/gitops`, `ledger`, … */
  subject: string
  level: Level
  /** What is so, and what it means. One harmless line. */
  says: string
  /** What a person should do; absent where nothing is to be done. */
  advice?: string
  /** It could not be looked at, so it may be well or not. */
  unseen?: true
}

const LONGEST = 400

export function ok(subject: string, says: string): Finding {
  return { subject, level: 'ok', says: plainText(says, LONGEST) }
}

/** Kedge works, but less well or less safely than it could. */
export function warn(subject: string, says: string, advice: string): Finding {
  return { subject, level: 'warn', says: plainText(says, LONGEST), advice }
}

/** Kedge cannot do its work here. */
export function fail(subject: string, says: string, advice: string): Finding {
  return { subject, level: 'fail', says: plainText(says, LONGEST), advice }
}

/** A fault met while looking, as a finding with its own advice. */
export function failure(subject: string, fault: unknown): Finding {
  if (!(fault instanceof KedgeError))
    return { ...fail(subject, `could not be looked at: ${String(fault)}`, 'Report it: this is a fault of the doctor.'), unseen: true }
  const finding = fail(subject, fault.message, fault.advice)
  return isUnanswered(fault) ? { ...finding, unseen: true } : finding
}

/** 0 nothing failed; 1 something did; 3 all that failed could not be seen. */
export function exitCodeOfFindings(findings: readonly Finding[]): ExitCode {
  return exitCodeOf(findings.filter(({ level }) => level === 'fail').map(({ unseen }) => (unseen ? 'unseen' : 'bad')))
}
