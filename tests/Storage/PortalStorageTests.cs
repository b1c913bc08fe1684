using System.Reflection;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Ssp.Entrance;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Storage;

public sealed class PortalStorageTests(Stack stack)
{
    [Fact]
    public async Task Every_queue_that_a_function_listens_to_is_there_after_the_start()
    {
        var prefix = TestPortal.NewPrefix();
        await new PortalStorage(TestSettings.Of(("AzureWebJobsStorage", stack.Storage), ("StoragePrefix", prefix)).Storage).PrepareAsync(default);

        var there = new List<string>();
        await foreach (var queue in new QueueServiceClient(stack.Storage).GetQueuesAsync(prefix: prefix))
        {
            there.Add(queue.Name);
        }

        var listenedTo = from method in typeof(Portal).Assembly.GetTypes().SelectMany(type => type.GetMethods())
                         from parameter in method.GetParameters()
                         let name = parameter.GetCustomAttribute<QueueTriggerAttribute>()?.QueueName
                         where name is not null
                         select name.Replace("%StoragePrefix%", prefix, StringComparison.Ordinal);
        Assert.Equal(8, there.Count);
        Assert.Equal(listenedTo.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
    }
}
