using Grpc.Core;

namespace Interceptors.Discovery.Tests;

/// <summary>
/// Servers to which things happen, in a seeded random order. At most one of them at a time is cut, one does not serve, one fails its
/// calls and one is slow, so that of the five that a channel uses there is always one that can take calls.
/// </summary>
internal sealed class Town(CombinedService service, Random random)
{
    public const int Fewest = 6;
    public const int Most = 9;

    private readonly List<string> _away = [];
    private int _started;
    private string? _cut;
    private string? _notServing;
    private string? _failing;
    private string? _slow;

    public List<string> Listed { get; } = [];

    public List<string> Gone { get; } = [];

    public async Task StartAsync()
    {
        while (Listed.Count < Fewest)
            await JoinAsync();
        service.Balanced.Tell([.. Listed]);
    }

    /// <summary>Lets one thing happen.</summary>
    /// <returns>What.</returns>
    public async Task<string> StepAsync(MixedLoad load)
    {
        switch (random.Next(9))
        {
            case 0 when Listed.Count < Most:
                return Tell($"{await JoinAsync()} joins");
            case 1 when Listed.Count > Fewest:
                return Tell($"{Leave(One())} leaves");
            case 2 when _cut is null:
                _cut = One();
                await load.WhileCutAsync(() => service.CutAsync(_cut));
                return $"{_cut} is cut";
            case 2 or 3 when _cut is { } cut && Listed.Count > Fewest:
                _cut = null;
                Gone.Add(Leave(cut));
                _away.Remove(cut);
                return Tell($"{cut} is gone");
            case 4:
                return Toggle(
                    ref _notServing, "does not serve",
                    n => service.SetHealth(n, HealthDouble.NotServing), n => service.SetHealth(n, HealthDouble.Serving));
            case 5:
                return Toggle(ref _failing, "fails its calls", n => service[n].Fail(StatusCode.DataLoss), n => service[n].Heal());
            case 6:
                return Toggle(ref _slow, "is slow", n => service[n].OnCall = _ => Task.Delay(20), n => service[n].Heal());
            case 7:
                var (weight, zone) = (random.Next(1, 10) * 100, random.Next(2) == 0 ? CombinedService.Own : CombinedService.Other);
                var moved = One();
                (service[moved].Weight, service[moved].Zone) = (weight, zone);
                return Tell($"{moved} has weight {weight} in zone {zone}");
            default:
                service.Time.Advance(TimeSpan.FromSeconds(10));
                return "10 s pass";
        }
    }

    /// <summary>Ends all that ails servers, and lists those that live, all in the own zone and of one weight.</summary>
    public void Calm()
    {
        foreach (var name in Listed.Concat(_away).Where(n => n != _cut))
        {
            service[name].Heal();
            service.SetHealth(name, HealthDouble.Serving);
            (service[name].Weight, service[name].Zone) = (100, CombinedService.Own);
        }

        if (_cut is { } cut && Listed.Remove(cut))
            Gone.Add(cut);
        Gone.AddRange(_away);
        service.Balanced.Tell([.. Listed]);
    }

    /// <summary>One that was there before, or a new one.</summary>
    private async Task<string> JoinAsync()
    {
        string name;
        if (_away.Count > 0 && random.Next(2) == 0)
        {
            name = _away[random.Next(_away.Count)];
            _away.Remove(name);
        }
        else
        {
            name = $"server {_started++}";
            await service.StartAsync(name, zone: random.Next(2) == 0 ? CombinedService.Own : CombinedService.Other);
        }

        Listed.Add(name);
        return name;
    }

    private string Leave(string name)
    {
        Listed.Remove(name);
        _away.Add(name);
        return name;
    }

    /// <summary>One of the list that nothing ails.</summary>
    private string One()
    {
        var well = Listed.Except([_cut, _notServing, _failing, _slow]).ToList();
        return well[random.Next(well.Count)]!;
    }

    private string Toggle(ref string? ailing, string ailment, Action<string> begin, Action<string> end)
    {
        if (ailing is { } well)
        {
            end(well);
            ailing = null;
            return $"{well} {ailment} no more";
        }

        begin(ailing = One());
        return $"{ailing} {ailment}";
    }

    private string Tell(string what)
    {
        service.Balanced.Tell([.. Listed]);
        return what;
    }
}
