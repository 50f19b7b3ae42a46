// One environment that shares a quota with others: makes so many calls, a few at once, and tells
// how many are let in. Argument: the bundle's file.
process.stdout.write = () => true;
const { handler } = await import(process.argv[2]);
const event = process.env.BENCH_EVENT;

process.on('message', async ({ calls, atOnce }) => {
  let left = calls;
  let admitted = 0;
  let failed = 0;
  const caller = async () => {
    while (left-- > 0) {
      const answer = await handler(JSON.parse(event)).catch((error) => error);
      if (answer.message === 'AuthorizerFailure') failed++;
      else if (answer.policyDocument.Statement[0].Effect === 'Allow') admitted++;
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, caller));
    process.send({ admitted, failed });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
