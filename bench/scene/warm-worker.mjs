// Holds one bundle warm and runs batches on request. Argument: the bundle's file.
if (process.env.BENCH_STDOUT !== 'write') process.stdout.write = () => true;
const { handler } = await import(process.argv[2]);
const event = process.env.BENCH_EVENT;

process.on('message', async (calls) => {
  try {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) {
      const answer = JSON.stringify(await handler(JSON.parse(event)));
      if (call === 0 && answer.includes('"Deny"')) throw new Error(`the call is denied: ${answer}`);
    }
    const { user, system } = process.cpuUsage(before);
    process.send({ cpu: (user + system) / calls });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
