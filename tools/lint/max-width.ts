import type { Rule } from './rule.ts'

/** The one width of the project, as in .oxfmtrc.json: the formatter leaves comments and strings alone. */
const WIDTH = 140

/** Refuses a line that is wider than the project's width, comments and strings included. */
export const maxWidth: Rule = {
  create(context) {
    return {
      Program() {
        for (const [index, line] of context.sourceCode.lines.entries()) {
          if (line.length <= WIDTH) continue
          const start = { line: index + 1, column: WIDTH }
          context.report({
            message: `${line.length} characters; the width is ${WIDTH}`,
            loc: { start, end: { ...start, column: line.length } },
          })
        }
      },
    }
  },
}
